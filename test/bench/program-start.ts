// The program of `index.ts` with the dev settings, against mocks, until every resource is registered.
import { runMocked } from "./mocked";

import program = require("../../index");

runMocked(program, JSON.parse(process.env.BENCH_CONFIG ?? "{}")).then(
    (registered) => {
        console.log(registered);
        process.exit(0);
    },
    (error: Error) => {
        console.error(error);
        process.exit(1);
    },
);
