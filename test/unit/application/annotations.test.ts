import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
    burstSize,
    LIMIT_RULES,
    mostAdmitted,
    pathFault,
    protectionAnnotations,
} from "../../../components/application/annotations";

/**
 * NGINX's own arithmetic (ngx_http_limit_req_module.c): an excess in thousandths of a request, which drains with time
 * and must not exceed the burst.
 */
function admitted(arrivals: number[], rate: number, burst: number): number {
    let excess = 0;
    let last: number | undefined;
    let passed = 0;
    for (const now of arrivals) {
        const next = last === undefined ? 0 : Math.max(0, excess - rate * (now - last) + 1_000);
        if (next <= burst * 1_000) {
            excess = next;
            last = now;
            passed += 1;
        }
    }
    return passed;
}

const rate = fc.integer({ min: 1, max: 50 });
const multiplier = fc.integer({ min: 1, max: 10 });

describe("limits of an Ingress", () => {
    it("are written in the annotations of ingress-nginx, and nothing else is", () => {
        const limits = { requestsPerSecond: 5, burstMultiplier: 3, connections: 20, maxBodySize: "1m" };
        assert.deepEqual(protectionAnnotations(limits, "secure-app/web-headers"), {
            "nginx.ingress.kubernetes.io/limit-rps": "5",
            "nginx.ingress.kubernetes.io/limit-burst-multiplier": "3",
            "nginx.ingress.kubernetes.io/limit-connections": "20",
            "nginx.ingress.kubernetes.io/proxy-body-size": "1m",
            "nginx.ingress.kubernetes.io/ssl-redirect": "true",
            "nginx.ingress.kubernetes.io/custom-headers": "secure-app/web-headers",
        });
    });

    it("let 16 requests of the defaults through at once, and 5 more each second", () => {
        const limits = { requestsPerSecond: 5, burstMultiplier: 3 };
        assert.equal(burstSize(limits), 15);
        assert.equal(mostAdmitted(limits, 1, 0), 16);
        assert.equal(mostAdmitted(limits, 1, 2), 26);
        assert.equal(mostAdmitted(limits, 2, 2), 52);
    });

    it("never let more through than mostAdmitted says, whenever requests arrive", () => {
        const arrivals = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 600 });
        fc.assert(
            fc.property(rate, multiplier, arrivals, (requestsPerSecond, burstMultiplier, times) => {
                const sorted = times.map((time) => time - Math.min(...times)).sort((a, b) => a - b);
                const seconds = (sorted.at(-1) ?? 0) / 1_000;
                const limits = { requestsPerSecond, burstMultiplier };
                const passed = admitted(sorted, requestsPerSecond, burstSize(limits));
                assert.ok(passed <= mostAdmitted(limits, 1, seconds), `${passed} passed`);
            }),
        );
    });

    it("let exactly as much through as mostAdmitted says, when a flood never ends", () => {
        fc.assert(
            fc.property(
                rate,
                multiplier,
                fc.integer({ min: 0, max: 4 }),
                (requestsPerSecond, burstMultiplier, seconds) => {
                    const limits = { requestsPerSecond, burstMultiplier };
                    const atOnce = Array.from({ length: burstSize(limits) + 1 }, () => 0);
                    const flood = Array.from({ length: seconds * 1_000 }, (_, millisecond) => millisecond + 1);
                    assert.equal(
                        admitted([...atOnce, ...flood], requestsPerSecond, burstSize(limits)),
                        mostAdmitted(limits, 1, seconds),
                    );
                },
            ),
        );
    });

    it("grow with the replicas, since each counts alone", () => {
        fc.assert(
            fc.property(
                rate,
                multiplier,
                fc.integer({ min: 1, max: 20 }),
                (requestsPerSecond, burstMultiplier, replicas) => {
                    const limits = { requestsPerSecond, burstMultiplier };
                    assert.equal(mostAdmitted(limits, replicas, 3), replicas * mostAdmitted(limits, 1, 3));
                },
            ),
        );
    });

    it("are refused where they would be none", () => {
        assert.equal(LIMIT_RULES.requestsPerSecond(0), "must be a whole number from 1 to 100000, is 0");
        assert.equal(LIMIT_RULES.burstMultiplier(0), "must be a whole number from 1 to 1000, is 0");
        assert.equal(LIMIT_RULES.connections(1.5), "must be a whole number from 1 to 65535, is 1.5");
        for (const size of ["1k", "1m", "20g", "999999k"]) {
            assert.equal(LIMIT_RULES.maxBodySize(size), undefined, size);
        }
        for (const size of ["0", "0m", "1", "1M", "1Mi", "-1m", "1.5m", "", "1m;"]) {
            assert.equal(
                LIMIT_RULES.maxBodySize(size),
                `must be a whole number greater than 0 and its unit (k, m or g), is ${JSON.stringify(size)}; write for example "1m"`,
            );
        }
    });
});

describe("path of an Ingress", () => {
    it("has only what the controller accepts for Prefix", () => {
        for (const path of ["/", "/shop", "/a/b-c_d.e/"]) {
            assert.equal(pathFault(path), undefined, path);
        }
        for (const path of ["", "shop", "/a b", "/(.*)", "/ä", "/a;b", "/a\n", "x/a"]) {
            assert.equal(
                pathFault(path),
                `must start with "/" and have letters, digits, ".", "_", "-" and "/" only, is ${JSON.stringify(path)}; write for example "/shop"`,
            );
        }
    });
});
