import { strict as assert } from "node:assert";
import { endpointOf } from "../../../components/cluster/kubernetes-endpoint";

const ports = [{ name: "https", port: 6443 }];

describe("endpoint of the API server", () => {
    it("has every address once, in an order that doesn't change", () => {
        const one = { addresses: ["10.0.0.2"] };
        const other = { addresses: ["10.0.0.1", "10.0.0.2"] };
        const expected = { cidrs: ["10.0.0.1/32", "10.0.0.2/32"], port: 6443 };
        assert.deepEqual(endpointOf({ endpoints: [one, other], ports }), expected);
        assert.deepEqual(endpointOf({ endpoints: [other, one], ports }), expected);
    });

    it("is a range of one address in IPv6 too", () => {
        assert.deepEqual(endpointOf({ endpoints: [{ addresses: ["2001:db8::1"] }], ports }).cidrs, ["2001:db8::1/128"]);
    });

    it("leaves out what isn't ready", () => {
        const endpoints = [
            { addresses: ["10.0.0.1"], conditions: { ready: false } },
            { addresses: ["10.0.0.2"], conditions: { ready: true } },
        ];
        assert.deepEqual(endpointOf({ endpoints, ports }).cidrs, ["10.0.0.2/32"]);
    });

    it("prefers the port that is named https", () => {
        const endpoints = [{ addresses: ["10.0.0.1"] }];
        assert.equal(endpointOf({ endpoints, ports: [{ name: "metrics", port: 1 }, ...ports] }).port, 6443);
        assert.equal(endpointOf({ endpoints, ports: [{ port: 443 }] }).port, 443);
    });

    it("is never empty: a policy without addresses would allow all of them", () => {
        const message = /names no address or port of the API server; give both as `apiServer`/;
        assert.throws(() => endpointOf({ endpoints: [], ports }), message);
        assert.throws(() => endpointOf({ ports }), message);
        assert.throws(() => endpointOf({ endpoints: [{ addresses: ["10.0.0.1"] }], ports: [] }), message);
    });
});
