import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

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
  /src\/(api\/client|live\/(socket|store|topic|early)|lib\/(value|id|cx|lazy|session|error-text)|theme\/look|i18n\/common|ui\/(button|field))\.tsx?$|node_modules\/(react|react-dom|scheduler|clsx|valibot)\/|preload-helper|rolldown\/runtime/;
/** What the app begins with and most pages share. */
const app =
  /src\/(grid|live|lib\/(?!query|draft|pending|memo|permission|accounts|builds|exporting|read-again|resource-)|i18n\/(grid|shell|servers|dashboard)|chart\/sparkline|pages\/(dashboard|servers\/(actions|spec))|shell\/(?!layers|keyboard-sheet|relogin)|ui\/(page|page-parts|state|menu|tooltip|toasts|confirm|facts|copy|anchor|ask|link-button)\.|router|app|palette\/(open|recent))|node_modules\/(@tanstack\/(react-router|router-core|history|store|react-store))\//;

/** Names the app's file to the script in the page's head, which fetches it beside what needs it. */
const preload: Plugin = {
  name: 'preload-app',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const file = Object.values(bundle ?? {}).find(
        (part) => part.type === 'chunk' && part.name === 'app',
      );
      return file
        ? html.replace('src="/theme.js"', `src="/theme.js" data-app="/${file.fileName}"`)
        : html;
    },
  },
};

export default defineConfig({
  plugins: [react(), tailwind(), preload],
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
