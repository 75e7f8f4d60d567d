#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=4 --heap-growing-percent=100
// Starts the service on the Node it needs: this one where it is new enough, else the one that was installed with it.
// The options have V8 tidy up sooner than it would, which keeps memory small; bench/README.md has the figures.
import { runWithNode24 } from './launch.js';

await runWithNode24(new URL('../src/main.ts', import.meta.url));
