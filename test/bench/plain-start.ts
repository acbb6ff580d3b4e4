// What the program registers, without the program: the same resources with the same inputs, one after another.
import * as fs from "node:fs";
import "./bare-import";
import { runMocked } from "./mocked";
import { type PlainResource, registerPlainly } from "./plain";

const resources: PlainResource[] = JSON.parse(fs.readFileSync(process.argv[2] as string, "utf8"));
runMocked(() => registerPlainly(resources)).then(
    (registered) => {
        console.log(registered);
        process.exit(0);
    },
    (error: Error) => {
        console.error(error);
        process.exit(1);
    },
);
