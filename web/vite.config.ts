import { defineConfig } from "vite";

// Several entries without a framework. The pages find them through the manifest
// (catalog_service/site/assets.py) and do without when nothing was built.
export default defineConfig({
  base: "/static/built/",
  publicDir: false,
  build: {
    outDir: "../catalog_service/site/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0, // a data: address would break the Content-Security-Policy
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    sourcemap: false,
    reportCompressedSize: true,
    // In kB. The graph's library comes in one piece of 577, which only pages with a picture load.
    chunkSizeWarningLimit: 640,
    rolldownOptions: {
      input: {
        atlas: "src/atlas.ts",
        explore: "src/explore.ts",
        map: "src/map.ts",
        sparql: "src/sparql.ts",
        styles: "../catalog_service/site/static/styles/atlas.css",
      },
    },
  },
  worker: { format: "es" },
});
