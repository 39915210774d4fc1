import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { DASHBOARD, EVERY_PAGE } from './src/live/first-topics';

const core = process.env.MONITOR_CORE ?? 'http://127.0.0.1:9120';
const paths = [
  '/auth',
  '/read',
  '/write',
  '/execute',
  '/user',
  '/version',
  '/docs',
  '/openapi.json',
];

/** What the log-in needs as well. */
const base =
  /src\/(api\/client|live\/(socket|store|topic|early|first-topics|inbox)|lib\/(value|socket|id|cx|lazy|session|error-text)|theme\/look|i18n\/common|ui\/(button|field))\.tsx?$|node_modules\/(react|react-dom|scheduler|clsx|valibot)\/|preload-helper|rolldown\/runtime/;
/** What the app begins with and most pages share. */
const app =
  /src\/(grid|live|lib\/(?!query|draft|pending|memo|permission|accounts|builds|exporting|read-again|resource-)|i18n\/(grid|shell|servers|dashboard)|chart\/sparkline|pages\/(dashboard|servers\/(actions|spec))|shell\/(?!layers|keyboard-sheet|relogin)|ui\/(page|page-parts|state|menu|tooltip|toasts|confirm|facts|copy|anchor|ask|link-button)\.|router|app|palette\/(open|recent))|node_modules\/(@tanstack\/(react-router|router-core|history|store|react-store))\//;

/** Nearly all of these files runs at the start: V8 compiles them as they come, not function by function. */
const eager: Plugin = {
  name: 'eager',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type === 'chunk' && (part.name === 'base' || part.name === 'app')) {
          part.code = `//# allFunctionsCalledOnLoad\n${part.code}`;
        }
      }
    },
  },
};

/** Tells the script in the page's head the app's file, fetched beside what needs it, and the first topics. */
const head: Plugin = {
  name: 'head',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const app = Object.values(bundle ?? {}).find(
        (part) => part.type === 'chunk' && part.name === 'app',
      );
      if (!app) return html;
      const told = [
        `data-app="/${app.fileName}"`,
        `data-topics="${EVERY_PAGE}"`,
        `data-dashboard="${DASHBOARD}"`,
      ];
      return html.replace('src="/head.js"', `src="/head.js" ${told.join(' ')}`);
    },
  },
};

export default defineConfig({
  plugins: [react(), tailwind(), head, eager],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      output: {
        // Few files to the first paint: what the log-in needs, and what nearly every page needs.
        codeSplitting: {
          groups: [
            { name: 'base', test: base, priority: 1 },
            { name: 'app', test: app },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(paths.map((path) => [path, { target: core }])),
      '/ws': { target: core, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
