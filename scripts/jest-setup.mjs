import fc from 'fast-check';

// CI judges a change, so it draws the same cases for every change. Everywhere else each run draws new ones.
if (process.env.CI) fc.configureGlobal({ seed: 20_300_131 });
