/** What is used of the library: PDUs by the names of SMPP 3.4 (section 4), over one connection. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  export interface ReceivedPdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly message_id?: string;
    readonly source_addr?: string;
    readonly source_addr_ton?: number;
    readonly destination_addr?: string;
    readonly esm_class?: number;
    readonly data_coding?: number;
    readonly short_message?: { readonly message?: unknown; readonly udh?: readonly Uint8Array[] };
    readonly message_payload?: { readonly message?: unknown; readonly udh?: readonly Uint8Array[] };
    readonly sar_msg_ref_num?: number;
    readonly sar_total_segments?: number;
    readonly sar_segment_seqnum?: number;
    readonly receipted_message_id?: string;
    readonly message_state?: number;
    /** Parameters that the library does not know, by their tags. */
    readonly [tag: number]: unknown;
    isResponse(): boolean;
    response(options?: { readonly command_status?: number }): ReceivedPdu;
  }
  type Answered = (pdu: ReceivedPdu) => void;

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    send(pdu: ReceivedPdu): boolean;
    bind_transceiver(options: object, answered: Answered): boolean;
    submit_sm(options: object, answered: Answered, written?: Answered): boolean;
    enquire_link(answered: Answered): boolean;
    unbind(answered: Answered): boolean;
    generic_nack(options: object): boolean;
    close(): void;
    destroy(): void;
  }
  export function connect(options: object): Session;
}
