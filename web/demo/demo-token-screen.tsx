import type { JSX } from "solid-js";
import type { Fault } from "../../protocol/fault.ts";
import { TokenScreen } from "../page/token/token-screen.tsx";
import { keepTokens, tokensInLink } from "./demo-tokens.ts";

function keep(pasted: string): boolean {
  const tokens = tokensInLink(pasted);
  if (tokens === undefined) return false;
  keepTokens(tokens, { storage: localStorage });
  location.reload();
  return true;
}

/** For a demo that was opened without its link, or with one of another relay. */
export function DemoTokenScreen(props: { fault?: Fault | undefined }): JSX.Element {
  return (
    <TokenScreen
      where="demo"
      linkEnd="/demo#worker_token=…"
      label="Link to the demo"
      fault={props.fault}
      onPaste={keep}
    />
  );
}
