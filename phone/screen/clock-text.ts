/** "09:41", in this machine's time zone. */
export function clockText(now: number): string {
  const date = new Date(now);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Mon, Nov 23". */
export function dateText(now: number): string {
  const date = new Date(now);
  return `${dayNames[date.getDay()]}, ${monthNames[date.getMonth()]} ${date.getDate()}`;
}

/** When the clock's text changes next. */
export function nextMinute(now: number): number {
  return (Math.floor(now / 60_000) + 1) * 60_000;
}
