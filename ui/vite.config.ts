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

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
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
