// An application of the tests on a page. It sets `globalThis.app` when it has begun.

/** Opens it in a browser, and waits until it has begun. The page has a function `until`, which waits until a condition holds. */
export async function openApplication(browser, url) {
  const page = await browser.open(url);
  await begun(page);
  return page;
}

/** Waits until it has begun, also after a reload. */
export async function begun(page) {
  try {
    await page.evaluate(async () => {
      globalThis.until = async (holds) => {
        for (let turn = 0; turn < 1000; turn++) {
          if (await holds()) return;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        throw new Error(`it should become true: ${holds}; the page shows ${document.body.textContent}`);
      };
      await until(() => globalThis.app !== undefined);
    });
  } catch (error) {
    throw new Error(`the application does not begin: ${JSON.stringify(page.log)}`, { cause: error });
  }
}

/** Returns the warnings and errors of a page, without those that Firefox has of itself. */
export function complaints({ log }) {
  return log.filter(({ level, text }) => (level === "error" || level === "warning") && !text.startsWith("resource:///"));
}
