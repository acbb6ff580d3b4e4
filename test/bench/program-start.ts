// The program of `index.ts` with the dev settings, against mocks, until every resource is registered.
import { endWith, runMocked } from "./mocked";

import program = require("../../index");

endWith(runMocked(program, JSON.parse(process.env.BENCH_CONFIG ?? "{}")));
