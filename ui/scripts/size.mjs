/** Compares the built files with the budgets, in kB gzipped. Fails above one. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const sizes = new Map();
const size = (file) => {
  if (!sizes.has(file)) {
    sizes.set(
      file,
      gzipSync(readFileSync(fileURLToPath(new URL(file, dist))), { level: 9 }).length,
    );
  }
  return sizes.get(file);
};

/** Files that a chunk needs before it runs. */
function reach(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) reach(imported, found);
  return found;
}
const union = (...keys) => {
  const all = new Set();
  for (const key of keys) for (const file of reach(key)) all.add(file);
  return all;
};
const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0) / 1000;

const entry = 'index.html';
/** The app and its dashboard are one file. */
const appKey = Object.keys(manifest).find((key) => manifest[key].name === 'app');
const dashboard = union(entry, appKey);
const rows = [
  ['entry + dashboard', total(dashboard), 150],
  ['login', total(union(entry, 'src/pages/login/page.tsx')), 90],
  ['css', total(new Set(Object.values(manifest).flatMap(({ css = [] }) => css))), 15],
];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry || /pages\/(login|setup)\//.test(key)) continue;
  const own = [...reach(key)].filter((file) => !dashboard.has(file));
  const limit = /editor|codemirror|merge/i.test(key) ? 150 : /uplot|chart/i.test(key) ? 30 : 60;
  rows.push([key.replace('src/', ''), total(new Set(own)), limit]);
}

let failed = false;
for (const [name, kb, budget] of rows) {
  const over = kb > budget;
  failed ||= over;
  console.log(
    `${over ? 'OVER' : '  ok'}  ${kb.toFixed(1).padStart(7)} of ${String(budget).padStart(3)} kB  ${name}`,
  );
}
const banned = /monaco|recharts|moment|lodash/;
for (const key of Object.keys(manifest)) {
  if (banned.test(key)) {
    failed = true;
    console.log(`BANNED  ${key}`);
  }
}
process.exit(failed ? 1 : 0);
