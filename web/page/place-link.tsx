import { createContext, useContext, type JSX } from "solid-js";
import { addressOf, type DashboardRoute, type Place } from "./dashboard-route.ts";

export const RouteContext = createContext<DashboardRoute>();

/** A link within the dashboard: a plain click goes there, any other opens it as the browser does. */
export function PlaceLink(props: {
  to: Place;
  class?: string;
  isCurrent?: boolean;
  children: JSX.Element;
}): JSX.Element {
  const route = useContext(RouteContext);
  return (
    <a
      href={addressOf(props.to)}
      class={props.class}
      aria-current={props.isCurrent === true ? "page" : undefined}
      onClick={(event) => {
        if (route === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        route.go(props.to);
      }}
    >
      {props.children}
    </a>
  );
}
