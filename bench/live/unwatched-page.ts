import type { Browser } from "playwright-core";
import { untilAsked } from "../until.ts";

/**
 * A page that Playwright does not look after. In one of its own the browser tells it of every WebSocket message and every
 * image, all bytes of the picture included, which costs as much as a good part of what is to be measured.
 */
export interface UnwatchedPage {
  goto(url: string): Promise<void>;
  /** Runs it in the page; what goes there and comes back must survive JSON. */
  evaluate<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
}

export async function openUnwatchedPage(
  browser: Browser,
  viewport: { width: number; height: number },
): Promise<UnwatchedPage> {
  const session = await browser.newBrowserCDPSession();
  // Playwright lets go of pages in contexts that it has not made.
  const { browserContextId } = await session.send("Target.createBrowserContext");
  const { targetId } = await session.send("Target.createTarget", {
    url: "about:blank",
    browserContextId,
    newWindow: true,
  });
  const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
  const answers = new Map<number, (message: Answer) => void>();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const answer: Answer = JSON.parse(message);
    if (answer.id !== undefined) answers.get(answer.id)?.(answer);
  });
  let id = 0;

  async function send(method: string, params: object): Promise<Answer["result"]> {
    id += 1;
    const answered = Promise.withResolvers<Answer>();
    answers.set(id, answered.resolve);
    await session.send("Target.sendMessageToTarget", {
      sessionId,
      message: JSON.stringify({ id, method, params }),
    });
    const { result, error } = await answered.promise;
    const detail = error?.message ?? result?.exceptionDetails?.exception?.description;
    if (detail !== undefined) throw new Error(`${method}: ${detail}`);
    return result;
  }

  const page: UnwatchedPage = {
    goto: async (url) => {
      await send("Page.navigate", { url });
      const isLoaded = (): boolean => document.readyState === "complete" && location.href !== "about:blank";
      await untilAsked(() => page.evaluate(isLoaded), `${url} is loaded`);
    },
    evaluate: async (run, ...args) => {
      const expression = `(${run.toString()})(...${JSON.stringify(args)})`;
      const result = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      // What the page made of it, which is what `run` says.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unsafe-return
      return result?.result?.value as never;
    },
  };
  await send("Emulation.setDeviceMetricsOverride", { ...viewport, deviceScaleFactor: 1, mobile: false });
  // As Playwright's `bypassCSP`.
  await send("Page.setBypassCSP", { enabled: true });
  return page;
}

interface Answer {
  id?: number;
  error?: { message: string };
  result?: { result?: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
}
