// What the program registers, without the program: the same resources with the same inputs, one after another.
import * as fs from "node:fs";
import "./bare-import";
import { endWith, runMocked } from "./mocked";
import { type PlainResource, registerPlainly } from "./plain";

const resources: PlainResource[] = JSON.parse(fs.readFileSync(process.argv[2] as string, "utf8"));
endWith(runMocked(() => registerPlainly(resources)));
