const nightly = process.env.HANG_GATE_NIGHTLY === '1';

const project = (name) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/__tests__/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // An empty table keeps babel-jest out: Jest then strips the types itself.
  transform: {},
  clearMocks: true,
});

export default {
  projects: ['unit', 'integration', 'dist', ...(nightly ? ['nightly'] : [])].map(project),
  // Jest ignores a project's own testTimeout.
  testTimeout: nightly ? 900_000 : 60_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
