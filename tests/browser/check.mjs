// Looks at HTML reports in a real Chromium. Called as
//   node check.mjs TOOLS CHROMIUM OUT CHECK FILE
// where TOOLS holds node_modules and OUT takes the screenshots. Ends with 0 if the check holds;
// otherwise standard error says what does not.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [tools, chromium, out, check, file] = process.argv.slice(2);
const require = createRequire(path.join(tools, "package.json"));
const { chromium: driver } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const address = pathToFileURL(file).href;

// A check that hangs is a check that fails.
const patience = setTimeout(() => {
  console.error("no end after five minutes");
  process.exit(1);
}, 300_000);

// Chromium's own sandbox needs rights that containers and root do not have; the page under test
// is the project's own.
const browser = await driver.launch({ executablePath: chromium, args: ["--no-sandbox"] });

/** Opens the report, and notes every request beyond the file itself and every complaint. */
async function open({ withoutScript, ...options } = {}, hash = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { requests: [], complaints: [], dialogs: [] };
  page.on("request", (request) => {
    if (!request.url().startsWith(address)) seen.requests.push(request.url());
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  page.on("dialog", (dialog) => {
    seen.dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  if (withoutScript) {
    const text = (await readFile(file, "utf8")).replace(/<script>.*<\/script>/s, "");
    await page.route(address, (route) => route.fulfill({ body: text, contentType: "text/html" }));
  }
  await page.goto(address + hash);
  return { context, page, seen };
}

const nothingSeen = (seen, what) =>
  assert.deepEqual(seen, { requests: [], complaints: [], dialogs: [] }, what);

const MODES = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced-colours": { forcedColors: "active" },
  "forced-colours-dark": { forcedColors: "active", colorScheme: "dark" },
  narrow: { viewport: { width: 320, height: 700 } },
  // 1280 columns at 400 % are 320, each four times as fine.
  zoomed: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
  wide: { viewport: { width: 2560, height: 1200 } },
  // axe is a script itself, so the page's own is taken out and scripts stay on.
  "scripts-off": { withoutScript: true },
};

/** The rules of WCAG 2.2 A and AA and axe's best practices, run from outside of the page's policy. */
async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
  return result.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")} (${nodes.length})`,
  );
}

const CHECKS = {
  async accessible() {
    for (const [mode, options] of Object.entries(MODES)) {
      const { context, page, seen } = await open(options);
      await page.screenshot({ path: path.join(out, `${mode}.png`) });
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(sideways <= 0, `${mode}: ${sideways} px to scroll sideways`);
      nothingSeen(seen, mode);
      // What is folded is looked at too: a few of each kind.
      await page.evaluate(() => {
        const folded = [...document.querySelectorAll("main details")];
        for (const details of [...folded.slice(0, 40), ...folded.slice(-20)]) details.open = true;
      });
      assert.deepEqual(await violations(page), [], mode);
      await page.screenshot({ path: path.join(out, `${mode}-open.png`), fullPage: false });
      await context.close();
    }
  },

  async without_scripts() {
    const { page } = await open({ javaScriptEnabled: false });
    for (const id of ["verdict", "scores", "items"]) {
      assert.ok(await page.locator(`#${id}`).isVisible(), id);
    }
    assert.ok(await page.locator(".item .title").first().isVisible(), "the list of items");
    assert.ok(!(await page.locator("#filter").isVisible()), "a filter that cannot work");
    // Details unfold by themselves.
    const summary = page.locator(".item summary").first();
    await summary.click();
    assert.ok(await page.locator(".item .body").first().isVisible(), "an item unfolds");
  },

  async filter() {
    const { page, seen } = await open();
    const shown = () => page.locator(".item:not([hidden])").count();
    const all = await shown();
    await page.fill("#search", "certificate");
    const some = await shown();
    assert.ok(some > 0 && some < all, `${some} of ${all} items`);
    assert.equal(await page.textContent("#found"), `${some} of ${all} items`);
    assert.ok(page.url().endsWith("#?q=certificate"), page.url());
    await page.click("text=Clear");
    assert.equal(await shown(), all);

    await page.check("input[name=result][value=fail]");
    const failed = await page.locator(".item:not([hidden])").all();
    for (const item of failed) assert.equal(await item.getAttribute("data-result"), "fail");
    assert.equal(await page.locator("#items .part:not([hidden])").count() > 0, true);
    await page.click("text=Clear");
    await page.selectOption("#mark", "critical");
    for (const item of await page.locator(".item:not([hidden])").all()) {
      assert.equal(await item.getAttribute("data-mark"), "critical");
    }
    await page.click("text=Clear");
    await page.fill("#search", "no such words anywhere");
    assert.ok(await page.locator("#nothing-found").isVisible());

    // The legend of the verdict filters too, and a filter's address brings it back.
    await page.click("text=Clear");
    await page.click(".tally a[data-filter=fail]");
    assert.equal(await shown(), failed.length);
    const again = await open({}, "#?result=fail");
    assert.equal(await again.page.locator(".item:not([hidden])").count(), failed.length);
    nothingSeen(seen);
  },

  async deep_links() {
    const { page } = await open();
    const id = await page.locator(".item > details").last().getAttribute("id");
    const { page: linked, seen } = await open({}, `#${id}`);
    const target = linked.locator(`[id="${id}"]`);
    assert.ok(await target.evaluate((details) => details.open), "the item is unfolded");
    await linked.waitForFunction((id) => {
      const { top } = document.getElementById(id).getBoundingClientRect();
      return top >= 0 && top < innerHeight;
    }, id);
    // A link into a folded fact, from within a verdict.
    const cite = linked.locator(".cites a").first();
    const fact = (await cite.getAttribute("href")).slice(1);
    await cite.evaluate((link) => link.click());
    await linked.waitForFunction((fact) => document.getElementById(fact)?.open, fact);
    // A link to something that the filter hides shows it again.
    await linked.fill("#search", "no such words anywhere");
    await linked.evaluate((id) => (location.hash = id), id);
    await linked.waitForFunction((id) => !document.getElementById(id).closest("[hidden]"), id);
    nothingSeen(seen);
    // Every link leads somewhere.
    const broken = await page.evaluate(() =>
      [...document.querySelectorAll("a[href^='#']")]
        .map((link) => link.getAttribute("href").slice(1))
        .filter((id) => !document.getElementById(decodeURIComponent(id))),
    );
    assert.deepEqual(broken, []);
    const twins = await page.evaluate(() => {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      return ids.filter((id, index) => ids.indexOf(id) !== index);
    });
    assert.deepEqual(twins, [], "ids that are there twice");
  },

  async keyboard() {
    const { page } = await open();
    await page.keyboard.press("Tab");
    const focus = () => page.evaluate(() => document.activeElement.className || document.activeElement.id || document.activeElement.tagName);
    assert.equal(await focus(), "skip");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "main");
    // By Tab alone every folded part before the list is reached, and the filter after them.
    const reached = new Set();
    for (let step = 0; step < 400; step += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const { activeElement: at } = document;
        const { outlineStyle } = getComputedStyle(at);
        return { id: at.id, tag: at.tagName, seen: outlineStyle !== "none" };
      });
      assert.ok(at.seen, `the focus on ${at.tag} ${at.id} cannot be seen`);
      reached.add(at.id || at.tag);
      if (at.id === "unfold") break;
    }
    for (const wanted of ["search", "mark", "part", "unfold", "SUMMARY", "A"]) {
      assert.ok(reached.has(wanted), `${wanted} is not reached by Tab`);
    }
    await page.locator("#search").focus();
    await page.keyboard.type("certificate");
    await page.locator(".item:not([hidden]) > details > summary").first().focus();
    await page.keyboard.press("Enter");
    assert.ok(await page.locator(".item:not([hidden]) > details[open]").count() > 0, "Enter unfolds");
    await page.keyboard.press("Space");
    assert.equal(await page.locator(".item:not([hidden]) > details[open]").count(), 0, "Space folds");
  },

  async inert() {
    for (const options of [{}, { javaScriptEnabled: false }]) {
      const { page, seen } = await open(options);
      if (options.javaScriptEnabled !== false) {
        await page.evaluate(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        });
        await page.fill("#search", "onerror");
        await page.click("text=Clear");
      }
      await page.mouse.move(600, 400);
      nothingSeen(seen);
      const found = await page.evaluate(() => ({
        hit: globalThis.hit ?? null,
        scripts: document.scripts.length,
        styles: document.querySelectorAll("style").length,
        foreign: document.querySelectorAll("img, iframe, object, embed, base, video, audio, link, [onerror], [onclick], [onload], [onmouseover], [style]").length,
        addresses: [...document.querySelectorAll("[href], [src], [action]")]
          .map((element) => element.getAttribute("href") ?? element.getAttribute("src"))
          .filter((address) => !/^(#|https?:\/\/)/.test(address)),
      }));
      assert.deepEqual(found, { hit: null, scripts: 1, styles: 1, foreign: 0, addresses: [] });
      const text = await page.evaluate(() => document.body.innerText);
      assert.ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text), "what steers is shown as its code point");
      assert.ok(text.includes("onerror"), "the hostile text is shown as text");
    }
    // The page's policy holds back what the template would let through.
    const { page } = await open();
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.hit = 1";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "http://127.0.0.1:9/image.png";
      document.body.append(image);
    });
    assert.equal(await page.evaluate(() => globalThis.hit ?? null), null, "the policy stops scripts");
  },

  async quick() {
    const started = performance.now();
    const { page, seen } = await open();
    await page.locator("#items .item").first().waitFor({ state: "attached" });
    const loaded = performance.now() - started;
    const filtered = await page.evaluate(() => {
      const search = document.getElementById("search");
      const started = performance.now();
      search.value = "subject-00";
      search.dispatchEvent(new Event("input", { bubbles: true }));
      return performance.now() - started;
    });
    nothingSeen(seen);
    console.log(`loaded in ${Math.round(loaded)} ms, filtered in ${Math.round(filtered)} ms`);
    // Generous: other programs run on the machine too. By hand it is a fifth of this.
    assert.ok(loaded < 15_000, `loaded in ${loaded} ms`);
    assert.ok(filtered < 3_000, `filtered in ${filtered} ms`);
  },

  async print() {
    const { page } = await open();
    const pdf = await page.pdf({ path: path.join(out, "report.pdf"), format: "A4" });
    assert.ok(pdf.subarray(0, 5).toString() === "%PDF-");
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.locator("#filter").isVisible()), "no filter on paper");
    assert.ok(!(await page.locator(".contents").isVisible()), "no links to sections on paper");
    assert.ok(await page.locator("#verdict").isVisible());
    assert.ok(await page.locator(".item .title").last().isVisible(), "every item on paper");
  },
};

try {
  assert.ok(CHECKS[check], `there is no check ${check}`);
  await CHECKS[check]();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
  clearTimeout(patience);
}
