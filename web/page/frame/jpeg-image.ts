/** Shows one JPEG after another in an `<img>`: with `data:` URLs the cheapest way there is. */
export interface JpegImage {
  /** Resolves to whether it is shown: not when it is none, or when another one came first. */
  show(url: string): Promise<boolean>;
  close(): void;
}

export function makeJpegImage(image: HTMLImageElement): JpegImage {
  let settle: ((isShown: boolean) => void) | undefined;
  let good: string | undefined;

  function end(isShown: boolean): void {
    const resolve = settle;
    settle = undefined;
    resolve?.(isShown);
  }

  function onLoad(): void {
    if (settle === undefined) return;
    good = image.src;
    end(true);
  }

  /** A broken JPEG is one lost picture: the last one stays, and the next is complete in itself. */
  function onError(): void {
    if (settle === undefined) return;
    end(false);
    if (good === undefined) image.removeAttribute("src");
    else image.src = good;
  }

  image.addEventListener("load", onLoad);
  image.addEventListener("error", onError);
  return {
    show(url) {
      end(false);
      return new Promise((resolve) => {
        settle = resolve;
        image.src = url;
      });
    },
    close: () => end(false),
  };
}
