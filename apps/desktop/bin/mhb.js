#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --optimize-for-size --max-semi-space-size=1
// Starts the tracker on the Node it needs: this one where it is new enough, else the one that was installed with it.
// The options keep its memory small at next to no cost in speed; bench/README.md has the figures.
import { runWithNode24 } from './launch.js';

await runWithNode24(new URL('../host/cli.ts', import.meta.url));
