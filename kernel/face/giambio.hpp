// Everything that a program needs, in one header.
// Public; nothing of the library itself includes it.
#pragma once

#include "kernel/face/async_scheduler.hpp"
#include "traps/calls.hpp"
#include "traps/error_group.hpp"
#include "traps/locals.hpp"
#include "traps/objects/barrier.hpp"
#include "traps/objects/event.hpp"
#include "traps/objects/lock.hpp"
#include "traps/objects/log.hpp"
#include "traps/objects/loop_handle.hpp"
#include "traps/objects/one_shot.hpp"
#include "traps/objects/pool.hpp"
#include "traps/objects/queue.hpp"
#include "traps/objects/semaphore.hpp"
#include "traps/objects/socket.hpp"
#include "traps/objects/thread.hpp"
#include "traps/objects/tls_context.hpp"
#include "traps/objects/tls_error.hpp"
#include "traps/objects/tls_stream.hpp"
#include "traps/scope.hpp"
#include "traps/timeout.hpp"
