import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { cidrFault, isPartOf, singleAddress } from "../../../components/cidr";

const SUGGESTION = /write (?:for example )?"([^"]+)"/;

describe("address range", () => {
    it("is accepted in IPv4 and IPv6", () => {
        for (const range of ["0.0.0.0/0", "10.0.0.0/8", "192.168.1.7/32", "::/0", "fd00::/8", "2001:db8::1/128"]) {
            assert.equal(cidrFault(range), undefined, range);
        }
    });

    it("is refused with what to write instead", () => {
        const cases: [string, string][] = [
            [
                "10.0.0.1",
                'must be an address range in CIDR notation, is "10.0.0.1"; write "10.0.0.1/32" for the one address',
            ],
            ["::1", 'must be an address range in CIDR notation, is "::1"; write "::1/128" for the one address'],
            ["10.0.0.0/33", 'must have a prefix of at most 32 bits, is "10.0.0.0/33"; write for example "10.0.0.0/32"'],
            ["fd00::/129", 'must have a prefix of at most 128 bits, is "fd00::/129"; write for example "fd00::/128"'],
            ["10.1.2.3/8", 'must be a network address without host bits, is "10.1.2.3/8"; write "10.0.0.0/8"'],
        ];
        for (const [range, fault] of cases) {
            assert.equal(cidrFault(range), fault);
        }
        for (const wrong of [
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/08",
            "10.0.0.0/8/8",
            "10.0.0/8",
            "010.0.0.0/8",
            "fe80::1%eth0/64",
            "example.com",
            "10.0.0.0/-1",
            " 10.0.0.0/8",
        ]) {
            assert.equal(
                cidrFault(wrong),
                `must be an address range in CIDR notation, is ${JSON.stringify(wrong)}; write for example "10.0.0.0/8"`,
            );
        }
        assert.match(cidrFault(10 as unknown as string) ?? "", /is 10;/);
    });

    it("is accepted as suggested, whatever the address and the prefix", () => {
        fc.assert(
            fc.property(fc.ipV4(), fc.integer({ min: 0, max: 40 }), (address, prefix) => {
                const fault = cidrFault(`${address}/${prefix}`);
                const accepted = fault === undefined ? `${address}/${prefix}` : SUGGESTION.exec(fault)?.[1];
                assert.equal(cidrFault(accepted ?? ""), undefined);
            }),
        );
    });

    it("holds the address that it was suggested for", () => {
        const bits = (address: string) =>
            address
                .split(".")
                .map((part) => Number(part).toString(2).padStart(8, "0"))
                .join("");
        fc.assert(
            fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
                const fault = cidrFault(`${address}/${prefix}`);
                const [network = ""] = (SUGGESTION.exec(fault ?? "")?.[1] ?? `${address}/${prefix}`).split("/");
                assert.equal(bits(network).slice(0, prefix), bits(address).slice(0, prefix));
                assert.match(bits(network).slice(prefix), /^0*$/);
            }),
        );
    });

    it("is part of another when it is smaller and within", () => {
        const cases: [string, string, boolean][] = [
            ["10.0.0.0/8", "0.0.0.0/0", true],
            ["10.0.0.0/8", "10.0.0.0/8", false],
            ["10.0.0.0/8", "10.0.0.0/9", false],
            ["10.128.0.0/9", "10.0.0.0/8", true],
            ["11.0.0.0/9", "10.0.0.0/8", false],
            ["fe80::/10", "::/0", true],
            ["fe80::/10", "0.0.0.0/0", false],
            ["10.0.0.0/8", "::/0", false],
            ["fc00::/8", "fc00::/7", true],
        ];
        for (const [inner, outer, expected] of cases) {
            assert.equal(isPartOf(inner, outer), expected, `${inner} in ${outer}`);
        }
    });

    it("of one address is accepted", () => {
        fc.assert(
            fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
                assert.equal(cidrFault(singleAddress(address)), undefined);
            }),
        );
        assert.equal(singleAddress("10.0.0.1"), "10.0.0.1/32");
        assert.equal(singleAddress("fd00::1"), "fd00::1/128");
    });
});
