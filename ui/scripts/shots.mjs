/**
 * Pictures and accessibility of pages against a running fixture (or Core).
 * `node scripts/shots.mjs [--base http://127.0.0.1:9130] [--out DIR] [--only light-1440] [--password x] PATH...`
 * Exits 1 on axe violations, console errors or sideways scroll.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string', default: 'http://127.0.0.1:9130' },
    out: { type: 'string', default: 'test-results/shots' },
    only: { type: 'string', default: '' },
    user: { type: 'string', default: 'admin' },
    password: { type: 'string', default: 'fixture' },
    wait: { type: 'string', default: '900' },
    keys: { type: 'string', default: '' },
    click: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
  },
});
const paths = positionals.length > 0 ? positionals : ['/', '/servers'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VARIANTS = [
  ['light', 1440, 900],
  ['dark', 1440, 900],
  ['light', 390, 844],
  ['dark', 390, 844],
].filter(([theme, width]) => !values.only || `${theme}-${width}`.includes(values.only));

mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
});
let problems = 0;
const tell = (text) => {
  problems += 1;
  console.log(text);
};

for (const [theme, width, height] of VARIANTS) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    hasTouch: width < 700,
    isMobile: width < 700,
    bypassCSP: true,
  });
  await context.request.post(`${values.base}/auth/login/LoginLocalUser`, {
    data: { username: values.user, password: values.password },
    headers: { Origin: values.base },
  });
  for (const path of paths) {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        tell(`${path} ${theme} ${width}: console ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => tell(`${path} ${theme} ${width}: ${error.message}`));
    await page.goto(values.base + path, { waitUntil: 'load' });
    await page.waitForTimeout(Number(values.wait));
    for (const selector of values.click.split('|').filter(Boolean)) {
      await page.click(selector);
      await page.waitForTimeout(350);
    }
    for (const key of values.keys.split(' ').filter(Boolean)) await page.keyboard.press(key);
    if (values.keys) await page.waitForTimeout(400);
    const name = path.replace(/^\//, '').replace(/[^\w]+/g, '-') || 'dashboard';
    await page.screenshot({
      path: `${values.out}/${name}-${theme}-${width}.png`,
      fullPage: values.full,
    });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    );
    for (const { id, help, nodes } of violations) {
      tell(`${path} ${theme} ${width}: axe ${id}: ${help}`);
      for (const node of nodes.slice(0, 3))
        console.log(
          `    ${node.html.slice(0, 200)}\n    ${node.any
            .concat(node.all, node.none)
            .map((check) => check.message)
            .join('; ')
            .slice(0, 240)}`,
        );
    }
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    if (wide > 0) tell(`${path} ${theme} ${width}: scrolls sideways by ${wide} px`);
    await page.close();
  }
  await context.close();
}
await browser.close();
console.log(problems === 0 ? 'no problems' : `${problems} problems`);
process.exit(problems === 0 ? 0 : 1);
