import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { apiServerEndpoint, checkApiServer } from "../../../components/cluster/api-server";
import { Validation } from "../../../components/validation";
import { record, resolved } from "../support/recorder";

async function endpoint(args: Parameters<typeof apiServerEndpoint>[1], preview = false) {
    let found: unknown;
    await record(async () => {
        found = await resolved(apiServerEndpoint("web-api-server", args, {}));
    }, preview);
    return found;
}

describe("apiServerEndpoint", () => {
    it("is read from the cluster, also in a preview", async () => {
        assert.deepEqual(await endpoint(undefined), { cidrs: ["10.0.0.10/32"], port: 6443 });
        assert.deepEqual(await endpoint({}, true), { cidrs: ["10.0.0.10/32"], port: 6443 });
    });

    it("keeps what is given and reads the rest", async () => {
        assert.deepEqual(await endpoint({ port: 443 }), { cidrs: ["10.0.0.10/32"], port: 443 });
        assert.deepEqual(await endpoint({ cidrs: [pulumi.output("10.1.0.0/28")] }), {
            cidrs: ["10.1.0.0/28"],
            port: 6443,
        });
    });

    it("reads nothing when all is given", async () => {
        // Outside of a program nothing can be read, so this would fail.
        assert.deepEqual(await resolved(apiServerEndpoint("x", { cidrs: ["10.1.0.0/28"], port: 443 }, {})), {
            cidrs: ["10.1.0.0/28"],
            port: 443,
        });
    });
});

describe("checkApiServer", () => {
    function faults(args: Parameters<typeof checkApiServer>[1]): string {
        const validation = new Validation("It");
        checkApiServer(validation, args);
        try {
            validation.done();
            return "";
        } catch (error) {
            return (error as Error).message;
        }
    }

    it("accepts nothing, and sound values", () => {
        assert.equal(faults(undefined), "");
        assert.equal(faults({ cidrs: ["10.1.0.0/28"], port: 443 }), "");
    });

    it("reports what is wrong with addresses and port", () => {
        assert.equal(
            faults({ cidrs: ["10.0.0.1"], port: 0 }),
            [
                "It can't be created:",
                '  apiServer.cidrs[0]: must be an address range in CIDR notation, is "10.0.0.1"; write "10.0.0.1/32" for the one address',
                "  apiServer.port: must be a whole number from 1 to 65535, is 0",
            ].join("\n"),
        );
        assert.match(faults({ cidrs: [] }), /apiServer\.cidrs: must hold at least one member/);
    });
});
