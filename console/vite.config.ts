// Builds the console into the program's own dist; everything in it is served from one place.

import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const server = process.env['FNLOG_URL'] ?? 'http://127.0.0.1:5280';

export default defineConfig({
  base: '/console/',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // The content policy takes nothing that stands in the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': server } },
});
