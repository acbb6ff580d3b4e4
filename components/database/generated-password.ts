import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** A password of letters and digits alone: every shell, URI and connection string takes them as they are. */
export function generatedPassword(
    name: string,
    opts: pulumi.CustomResourceOptions,
    keepers?: Record<string, string>,
): pulumi.Output<string> {
    return pulumi.secret(new random.RandomPassword(name, { length: 32, special: false, keepers }, opts).result);
}
