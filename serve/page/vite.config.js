import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The page may be served from any path: its files lie beside it.
  base: './',
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // One bundle: there is nothing to preload.
    modulePreload: { polyfill: false },
  },
  // `npx vite serve/page` shows the page as it is edited, over a server that runs on its usual port.
  server: { proxy: { '/v1': 'http://127.0.0.1:7077', '/openapi.json': 'http://127.0.0.1:7077' } },
});
