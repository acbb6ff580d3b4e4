/**
 * The program in a process of its own, beside the engine's, as `pulumi up` has it: each can be killed without the other.
 * Prints the port on which the engine finds it.
 */
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

import program = require("../../index");

// The Automation API's own, which it keeps to itself.
const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
    LanguageServer: new (program: () => unknown) => grpc.UntypedServiceImplementation;
};

const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(LanguageRuntimeService as unknown as grpc.ServiceDefinition, new LanguageServer(program));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
        throw error;
    }
    process.stdout.write(`${port}\n`);
});
