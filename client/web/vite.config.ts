import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The first that know light-dark(), by which a style names both of its colours.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy knows no data: fonts, so nothing is put into the style sheets.
    assetsInlineLimit: 0,
    // The console page with its terminal is about this size, and comes only when a console is opened.
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': { target: 'http://127.0.0.1:8022', ws: true } },
  },
})
