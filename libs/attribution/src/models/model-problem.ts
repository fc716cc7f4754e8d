/** What a model cannot be made of, or not in reasonable time: the message is for whoever asked. Whatever else is thrown is our mistake. */
export class ModelProblem extends Error {}
