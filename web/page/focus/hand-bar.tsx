import { createSignal, type JSX } from "solid-js";
import type { ControlDeed } from "../../../protocol/control-writer.ts";
import { Icon, type IconName } from "../look/icon.tsx";
import { useFocus } from "./use-focus.ts";

/** What a hand can do beside touching, and how its keyboard is taken. Only live control knows these. */
export function HandBar(props: {
  isPhysical: boolean;
  onPhysical: (isPhysical: boolean) => void;
}): JSX.Element {
  const focus = useFocus();
  const [isDark, setDark] = createSignal(false);
  const hindrance = () => {
    if (focus.hindrance() !== undefined) return focus.hindrance();
    return focus.hand.isLive() ? undefined : (focus.hand.trouble() ?? "Live control is being opened…");
  };

  function Deed(button: { name: string; icon: IconName; deed: ControlDeed }): JSX.Element {
    return (
      <button
        type="button"
        class="button quiet icon"
        aria-label={button.name}
        title={button.name}
        onClick={() => focus.hand.stream.do(button.deed)}
      >
        <Icon name={button.icon} />
      </button>
    );
  }

  return (
    <div class="hand-bar">
      <fieldset
        class="key-row"
        role="toolbar"
        aria-label="Live control"
        disabled={hindrance() !== undefined}
        title={hindrance()}
      >
        <Deed name="Rotate" icon="rotate" deed={{ kind: "rotate_device" }} />
        <Deed name="Notifications" icon="bell" deed={{ kind: "expand_notification_panel" }} />
        <Deed name="Quick settings" icon="sliders" deed={{ kind: "expand_settings_panel" }} />
        <Toggle
          name="Screen off while mirrored"
          title={
            isDark()
              ? "The phone's own screen is off: turn it on"
              : "Turn the phone's own screen off; the picture here goes on"
          }
          icon="screenOff"
          isOn={isDark()}
          onToggle={(isOn) => {
            setDark(isOn);
            focus.hand.stream.do({ kind: "set_display_power", isOn: !isOn });
          }}
        />
        <Toggle
          name="Private"
          title={
            focus.hand.isPrivate()
              ? "What you type is not written into the record, only how much"
              : "Keep what you type out of the record: for passwords"
          }
          icon="lock"
          isOn={focus.hand.isPrivate()}
          onToggle={(isOn) => focus.hand.setPrivate(isOn)}
        />
        <Toggle
          name="Keys as they stand on the keyboard"
          title={
            props.isPhysical
              ? "Every key goes to the phone as it stands on the keyboard, as games want it"
              : "Keys type text. Press for games: every key as it stands on the keyboard"
          }
          icon="keyboard"
          isOn={props.isPhysical}
          onToggle={(isOn) => props.onPhysical(isOn)}
        />
      </fieldset>
      <p class="hand-hint muted">
        {focus.hand.isLive()
          ? "Right click: Back · middle: Home · Ctrl + drag: pinch · Ctrl + V: paste · Esc: leave"
          : (focus.hand.trouble() ?? "")}
      </p>
    </div>
  );
}

function Toggle(button: {
  name: string;
  title: string;
  icon: IconName;
  isOn: boolean;
  onToggle: (isOn: boolean) => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={button.name}
      aria-pressed={button.isOn}
      title={button.title}
      onClick={() => button.onToggle(!button.isOn)}
    >
      <Icon name={button.icon} />
    </button>
  );
}
