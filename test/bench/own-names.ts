// Stacks, namespaces and a port that no test has; read when the first of the tests' modules is loaded.
process.env.E2E_STACK ??= "bench";
process.env.E2E_LOCAL_PORT ??= "16532";
