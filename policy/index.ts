/** The policy pack: `pulumi preview --policy-pack policy` checks a stack, this one or yours, before it is made. */
import { PolicyPack } from "@pulumi/policy";
import { guardrailPolicies } from "./guardrails";
import { promisePolicies } from "./promises";

new PolicyPack("bulwark", {
    enforcementLevel: "mandatory",
    policies: [...guardrailPolicies(), ...promisePolicies()],
});
