import type * as v from "valibot";
import { auditQuery, type AuditPage } from "./audit.ts";
import { authRenew } from "./auth.ts";
import {
  commandAck,
  commandDeliver,
  commandSend,
  commandWatch,
  type CommandAccepted,
  type CommandsWatched,
} from "./command.ts";
import {
  controlClipboard,
  controlClose,
  controlInput,
  controlInputDeliver,
  controlOpen,
  controlOpenDeliver,
  type ControlInputReply,
  type ControlOpened,
} from "./control.ts";
import {
  deviceConnected,
  deviceDisconnected,
  deviceList,
  deviceRemove,
  deviceStatusUpdate,
  workerStatus,
  type DeviceListReply,
} from "./device.ts";
import { errorEvent } from "./error.ts";
import { fallbackAccount } from "./fallback.ts";
import type { Fault } from "./fault.ts";
import { group, groupChanged, groupDelete, groupList, type Group } from "./group.ts";
import { heartbeat, heartbeatAck } from "./heartbeat.ts";
import {
  jobAssign,
  jobCancel,
  jobCancelDeliver,
  jobCompleted,
  jobCreate,
  jobFailed,
  jobList,
  jobProgress,
} from "./job.ts";
import { leaseChanged, leaseDrop, leaseExpiring, leaseTake, type Lease } from "./lease.ts";
import {
  clockAsk,
  streamFrame,
  streamLatency,
  streamPacket,
  streamRefresh,
  streamRefreshDeliver,
  streamStart,
  streamStartDeliver,
  streamStatus,
  streamStop,
  streamStopDeliver,
  type ClockReply,
} from "./stream.ts";

/** Event names and payloads by who sends them on which namespace. Types, socket maps and checks all come from here. */
export const contract = {
  "/worker": {
    toRelay: {
      "worker:heartbeat": heartbeat,
      "command:ack": commandAck,
      "job:progress": jobProgress,
      "job:completed": jobCompleted,
      "job:failed": jobFailed,
      "control:clipboard": controlClipboard,
      "auth:renew": authRenew,
    },
    fromRelay: {
      "worker:heartbeat:ack": heartbeatAck,
      "command:send": commandDeliver,
      "job:assign": jobAssign,
      "job:cancel": jobCancelDeliver,
      "control:open": controlOpenDeliver,
      "control:input": controlInputDeliver,
      "control:close": controlOpenDeliver,
      "fallback:account": fallbackAccount,
      error: errorEvent,
    },
  },
  "/dashboard": {
    toRelay: {
      "device:list": deviceList,
      "device:remove": deviceRemove,
      "command:send": commandSend,
      "command:watch": commandWatch,
      "group:save": group,
      "group:list": groupList,
      "group:delete": groupDelete,
      "lease:take": leaseTake,
      "lease:drop": leaseDrop,
      "audit:query": auditQuery,
      "auth:renew": authRenew,
      "job:create": jobCreate,
      "job:cancel": jobCancel,
      "job:list": jobList,
      "control:open": controlOpen,
      "control:input": controlInput,
      "control:close": controlClose,
    },
    fromRelay: {
      "device:status:update": deviceStatusUpdate,
      "device:connected": deviceConnected,
      "device:disconnected": deviceDisconnected,
      "worker:status": workerStatus,
      "command:ack": commandAck,
      "group:changed": groupChanged,
      "lease:changed": leaseChanged,
      "lease:expiring": leaseExpiring,
      "control:clipboard": controlClipboard,
      "job:progress": jobProgress,
      "job:completed": jobCompleted,
      "job:failed": jobFailed,
      error: errorEvent,
    },
  },
  /** Workers send frames here and are told what to send; dashboards ask here and get frames. */
  "/stream": {
    workerToRelay: {
      "stream:frame": streamFrame,
      "stream:packet": streamPacket,
      "stream:status": streamStatus,
      clock: clockAsk,
      "auth:renew": authRenew,
    },
    dashboardToRelay: {
      "stream:start": streamStart,
      "stream:stop": streamStop,
      "stream:refresh": streamRefresh,
      "stream:latency": streamLatency,
      clock: clockAsk,
      "auth:renew": authRenew,
    },
    toWorker: {
      "stream:start": streamStartDeliver,
      "stream:stop": streamStopDeliver,
      "stream:refresh": streamRefreshDeliver,
      error: errorEvent,
    },
    toDashboard: {
      "stream:frame": streamFrame,
      "stream:packet": streamPacket,
      "stream:status": streamStatus,
      error: errorEvent,
    },
  },
} as const;

/** What a request answers in its acknowledgement when it succeeds; events that are not here answer `{}`. */
export interface Replies {
  "device:list": DeviceListReply;
  "command:send": CommandAccepted;
  "command:watch": CommandsWatched;
  "group:list": { groups: Group[] };
  "lease:take": { lease: Lease };
  "audit:query": AuditPage;
  "control:open": ControlOpened;
  "control:input": ControlInputReply;
  clock: ClockReply;
}

export type Reply<Name extends string> = Name extends keyof Replies ? Replies[Name] : object;
/** The Socket.IO acknowledgement of every request. */
export type Answer<T = object> = ({ ok: true } & T) | { ok: false; fault: Fault };

type Table = Record<string, v.GenericSchema>;
/** Socket.IO event map of what a client sends: the payload as a caller may write it, and an optional answer. */
export type SendMap<T extends Table> = {
  [Name in keyof T & string]: (
    payload: v.InferInput<T[Name]>,
    answer?: (answer: Answer<Reply<Name>>) => void,
  ) => void;
};
/** Socket.IO event map of what the relay sends. */
export type ReceiveMap<T extends Table> = {
  [Name in keyof T & string]: (payload: v.InferOutput<T[Name]>) => void;
};
