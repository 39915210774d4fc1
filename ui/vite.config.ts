import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
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
  /src\/(api\/client|live\/(socket|store)|lib\/(value|id|cx|lazy|session|error-text)|theme\/look|i18n\/common|ui\/(button|field))\.tsx?$|node_modules\/(clsx|valibot)\/|preload-helper/;
/** What the dashboard and most pages share. */
const parts =
  /src\/(grid|live|lib\/(?!query|draft|pending|memo|permission)|i18n\/(grid|shell|servers)|chart\/sparkline|pages\/servers\/(actions|spec)|shell\/(?!layers|keyboard-sheet|relogin)|ui\/(page|state|menu|tooltip|toasts|confirm|facts|copy|anchor|ask|link-button)\.|router|app|palette\/(open|recent))/;

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      output: {
        // Few files to the first paint: the libraries, and what nearly every page is made of.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            {
              name: 'router',
              test: /node_modules\/@tanstack\/(react-router|router-core|history|store|react-store)\//,
              priority: 2,
            },
            { name: 'base', test: base, priority: 1 },
            { name: 'parts', test: parts },
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
