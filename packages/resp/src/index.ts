// The client's side of RESP2 and RESP3: commands to bytes, bytes to replies. Bytes in, values out; no sockets.
export { type CommandArgument, encodeCommand, encodePipeline } from './encode-command.ts';
export { type PlainReply, ReplyError, toPlainReply } from './plain-reply.ts';
export { RespParser, type RespParserOptions } from './resp-parser.ts';
export { type RespFrame, RespProtocolError, type RespValue } from './resp-value.ts';
