import { createHash, randomUUID } from "node:crypto";
import type { EmailMessage } from "@supabase/lite";
import * as v from "valibot";

/**
 * What lite has not got of links in mails: that they lead back to where the person asked from, and that a page which sent
 * a challenge (PKCE) gets a code for its tokens in place of them.
 */
export interface MagicLinks {
  /** Looks at a request for a mail before it is carried out. */
  note(request: Request): Promise<void>;
  send(mail: EmailMessage): Promise<void>;
  mailsTo(address: string): Mail[];
  /** Where somebody who opened a link is sent, with what its session is. */
  landing(link: string, page: string, session: URLSearchParams): string;
  /** The session of a code, once, for who has the challenge's verifier; undefined for what is no code of ours. */
  redeem(request: Request): Promise<URLSearchParams | undefined>;
}

export interface Mail {
  subject: string;
  text: string;
}

const mailRequest = v.object({
  email: v.pipe(v.string(), v.toLowerCase()),
  code_challenge: v.nullish(v.string()),
});
const redemption = v.object({ auth_code: v.string(), code_verifier: v.string() });

export function makeMagicLinks(url: string): MagicLinks {
  const mails: EmailMessage[] = [];
  const asked = new Map<string, { page: string; challenge: string | undefined }>();
  const challengeOfLink = new Map<string, string>();
  const codes = new Map<string, { challenge: string; session: URLSearchParams }>();

  return {
    async note(request) {
      const said = v.safeParse(mailRequest, await bodyOf(request));
      if (!said.success) return;
      const { email, code_challenge: challenge } = said.output;
      const page = new URL(request.url).searchParams.get("redirect_to") ?? url;
      asked.set(email, { page, challenge: challenge ?? undefined });
    },
    async send(mail) {
      const { page = url, challenge } = asked.get(mail.to) ?? {};
      const to = encodeURIComponent(page);
      const text = (mail.text ?? "").replaceAll(/redirect_to=[^\s&]*/g, `redirect_to=${to}`);
      const token = /[?&]token=([^\s&]*)/.exec(text)?.[1];
      if (token !== undefined && challenge !== undefined) challengeOfLink.set(token, challenge);
      mails.push({ ...mail, text });
    },
    mailsTo: (address) =>
      mails.filter(({ to }) => to === address).map(({ subject, text = "" }) => ({ subject, text })),
    landing(link, page, session) {
      const challenge = challengeOfLink.get(new URL(link).searchParams.get("token") ?? "");
      if (challenge === undefined || !session.has("access_token")) return `${page}#${session.toString()}`;
      const code = randomUUID();
      codes.set(code, { challenge, session });
      const destination = new URL(page);
      destination.searchParams.set("code", code);
      return destination.href;
    },
    async redeem(request) {
      const said = v.safeParse(redemption, await bodyOf(request));
      const held = said.success ? codes.get(said.output.auth_code) : undefined;
      if (!said.success || held === undefined) return undefined;
      const { auth_code: code, code_verifier: verifier } = said.output;
      const hash = createHash("sha256").update(verifier).digest("base64url");
      if (held.challenge !== hash && held.challenge !== verifier) return undefined;
      codes.delete(code);
      return held.session;
    },
  };
}

function bodyOf(request: Request): Promise<unknown> {
  return request
    .clone()
    .json()
    .catch(() => undefined);
}
