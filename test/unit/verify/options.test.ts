import { strict as assert } from "node:assert";
import { chosenProbes } from "../../../verify/attack";
import { parseCommandLine, UsageError } from "../../../verify/options";
import { parseOutputs } from "../../../verify/outputs";
import { fullName } from "../../../verify/probe";

function fault(...args: string[]): string {
    try {
        parseCommandLine(args);
    } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
        return error.message;
    }
    return assert.fail(`accepted: ${args.join(" ")}`);
}

describe("the command line", () => {
    it("has a default for all but the stack", () => {
        const { stack, formats, output, timeout, parallel, strict, egressTarget, metadataTarget } = parseCommandLine([
            "--stack",
            "dev",
        ]);
        assert.deepEqual(
            { stack, formats, output, timeout, parallel, strict, egressTarget, metadataTarget },
            {
                stack: "dev",
                formats: ["table", "json", "html"],
                output: "verify-report",
                timeout: 60,
                parallel: 6,
                strict: false,
                // Never a target off the cluster that the user hasn't named.
                egressTarget: undefined,
                metadataTarget: undefined,
            },
        );
    });

    it("takes targets, layers, probes and a place outside", () => {
        const options = parseCommandLine(
            "--outputs o.json --layer cluster --layer container --probe cluster/host-path --egress-target 192.0.2.7:443"
                .split(" ")
                .concat("--outside", "ssh host", "--accounts", "visitors.json", "--audit-log", "/var/log/audit.log"),
        );
        assert.deepEqual(options.layers, ["cluster", "container"]);
        assert.deepEqual(options.probes, ["cluster/host-path"]);
        assert.deepEqual(options.egressTarget, { host: "192.0.2.7", port: 443 });
        assert.deepEqual(options.outside, ["ssh", "host"]);
        assert.deepEqual([options.accounts, options.auditLog], ["visitors.json", "/var/log/audit.log"]);
    });

    it("refuses what it can't use, and says what it takes", () => {
        assert.match(fault(), /Give either --stack or --outputs/);
        assert.match(fault("--stack", "a", "--outputs", "b"), /Give either/);
        assert.match(
            fault("--stack", "a", "--layer", "cellar"),
            /--layer must be one of cluster, container.* is "cellar"/,
        );
        assert.match(fault("--stack", "a", "--format", "pdf"), /--format must be one of/);
        assert.match(fault("--stack", "a", "--timeout", "0"), /--timeout must be a whole number/);
        assert.match(fault("--stack", "a", "--parallel", "many"), /--parallel must be a whole number/);
        for (const wrong of ["10000", "-1", "1.5", "01", "x1", "1x", ""]) {
            assert.equal(
                fault("--stack", "a", `--timeout=${wrong}`),
                `--timeout must be a whole number from 1 to 9999, is "${wrong}".`,
            );
        }
        for (const wrong of ["host:0", "host:65536", ":80", "host:", "ho st:80", "x host:80", "host:80x"]) {
            assert.equal(
                fault("--stack", "a", "--metadata-target", wrong),
                `--metadata-target must be an address and a port, such as 192.0.2.7:443, is "${wrong}".`,
            );
        }
        assert.deepEqual(parseCommandLine(["--stack", "a", "--egress-target", "a-b.c:65535"]).egressTarget, {
            host: "a-b.c",
            port: 65_535,
        });
        assert.equal(parseCommandLine(["--stack", "a", "--egress-target", "h:1"]).egressTarget?.port, 1);
        assert.match(fault("--stack", "a", "--egress-target", "host"), /an address and a port/);
        assert.match(fault("--stack", "a", "--egress-target", "host:70000"), /an address and a port/);
        assert.match(fault("--stack", "a", "--egress-target", "$(id):80"), /an address and a port/);
        assert.match(fault("--stak", "a"), /--stak/);
    });

    it("needs no stack to list or help", () => {
        assert.ok(parseCommandLine(["--list"]).list);
        assert.ok(parseCommandLine(["--help"]).help);
    });
});

describe("the choice of probes", () => {
    it("is all, a layer, or some by name", () => {
        const names = (layers: ("cluster" | "container")[], probes: string[]) =>
            chosenProbes({ layers, probes }).map(fullName);
        assert.ok(names([], []).length > names(["container"], []).length);
        assert.ok(names(["container"], []).every((name) => name.startsWith("container/")));
        assert.deepEqual(names([], ["cluster/host-path"]), ["cluster/host-path"]);
    });

    it("refuses a name that there isn't", () => {
        assert.throws(() => chosenProbes({ layers: [], probes: ["cluster/nothing"] }), /no probe cluster\/nothing/);
    });
});

describe("a stack's outputs", () => {
    const outputs = {
        namespace: "a",
        deployment: "b",
        service: "c",
        databaseNamespace: "d",
        databaseHost: "e.d.svc.cluster.local",
    };

    it("are taken with whatever else there is", () => {
        assert.equal(parseOutputs({ ...outputs, url: "https://a/" }, "They").namespace, "a");
    });

    it("are refused with every fault at once", () => {
        const { namespace: _, service: __, ...rest } = outputs;
        assert.throws(
            () => parseOutputs({ ...rest, namespaces: "all" }, "They"),
            (error: Error) =>
                error instanceof UsageError &&
                ["namespace", "service", "namespaces"].every((name) => error.message.includes(`  ${name}: `)),
        );
    });
});
