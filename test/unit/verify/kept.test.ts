/** The reports of a sample, whole, and what the command line says of itself. */
import * as path from "node:path";
import { parseCommandLine, USAGE } from "../../../verify/options";
import { html } from "../../../verify/report/html";
import { json } from "../../../verify/report/json";
import { table } from "../../../verify/report/table";
import { assertKept, yaml } from "../support/kept";
import { LONG, MIXED } from "./sample-reports";

const kept = (name: string) => path.join(__dirname, "kept", name);

describe("a report", () => {
    it("is this on a web page", () => assertKept(kept("report.html"), html(MIXED)));

    it("is this for programs", () => assertKept(kept("report.json.txt"), json(MIXED)));

    it("is this in a terminal", () => {
        assertKept(kept("report.txt"), table(MIXED, 80) + table({ ...LONG, map: undefined }, 100));
    });
});

describe("the command line", () => {
    it("says this of itself", () => assertKept(kept("usage.txt"), USAGE));

    it("is read into this", () => {
        const words = [
            ["--stack", "dev", "--kubeconfig", "k", "--context", "c", "--format", "json", "--output", "out"],
            ["--probe-image", "i", "--metadata-target", "169.254.169.254:80", "--timeout", "9999", "--parallel", "1"],
            ["--outside", " ssh  host ", "--keep-on-failure", "--strict"],
        ];
        const least = parseCommandLine(["--outputs", "o.json"]);
        assertKept(kept("options.yaml"), yaml({ least, most: parseCommandLine(words.flat()) }));
    });
});
