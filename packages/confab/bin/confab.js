#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runCli } from '../src/cli/index.ts';
import { processEnvironment } from '../src/config/index.ts';

process.exitCode = await runCli(
  {
    env: processEnvironment(),
    cwd: process.cwd(),
    readFile: (file) => readFileSync(file, 'utf8'),
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal: (callback) => {
      process.once('SIGTERM', callback);
      process.once('SIGINT', callback);
    },
  },
  process.argv.slice(2),
);
