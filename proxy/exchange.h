// One request and its response, whatever the protocol: what the pipeline works on. An exchange lives while a
// request is being served; idle connections have none. The sides are interfaces, so that nothing above them
// knows a protocol's version.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "proxy/body.h"
#include "proxy/deadline.h"
#include "proxy/error.h"
#include "proxy/kept_body.h"
#include "proxy/published.h"
#include "proxy/response_head.h"
#include "proxy/tunnel_end.h"
#include "routing/request_head.h"
#include "routing/router.h"
#include "routing/rule.h"
#include "routing/visitor.h"

namespace sluice {

// The client's side of an exchange: its request's body is pulled from here, its response goes here.
class Downstream {
 public:
  virtual ~Downstream() = default;

  // What came of the body with the head, without waiting. `end` is set if that was all.
  [[nodiscard]] virtual BodyStatus take_buffered_body(BodyPart& part) = 0;
  [[nodiscard]] virtual Awaitable<BodyStatus> read_body(BodyPart& part) = 0;
  // Ends a read_body() that another coroutine waits in: it returns `cancelled`.
  virtual void stop_reading() = 0;

  // A 1xx on its way to the final response.
  [[nodiscard]] virtual Awaitable<IoStatus> send_interim(const ResponseHead& head) = 0;
  // The head and the first part of the body leave together. Once only.
  [[nodiscard]] virtual Awaitable<IoStatus> send_head(const ResponseHead& head, const BodyPart& first) = 0;
  [[nodiscard]] virtual Awaitable<IoStatus> send_body(const BodyPart& part) = 0;
  // How much of the response is worth reading at once, in bytes, never 0: what is more would wait for the
  // client in our memory.
  [[nodiscard]] virtual std::size_t room() const noexcept { return std::numeric_limits<std::size_t>::max(); }
  // Lets a target send more of the response ahead of what the client has taken, until it is given back; how
  // many bytes of those that are wanted. What a client's exchanges may have together is bounded.
  [[nodiscard]] virtual std::size_t lend(std::size_t wanted) noexcept = 0;
  virtual void take_back(std::size_t bytes) noexcept = 0;
  // The response cannot be finished: the client must see that.
  virtual void abort() noexcept = 0;
  // The client has given this exchange up: nothing can be sent any more.
  [[nodiscard]] virtual bool is_gone() const noexcept { return false; }
  // After a 101 was sent: the exchange becomes a tunnel.
  [[nodiscard]] virtual std::unique_ptr<TunnelEnd> tunnel() = 0;
};

class Pause;
class Upstream;

// What a connection knows of its client; the same for all its exchanges.
struct Peer {
  std::array<std::uint8_t, 16> ip{};  // v4 as v4-mapped
  std::uint16_t port = 0;
  std::uint16_t local_port = 0;
  std::array<std::uint8_t, 16> local_ip{};  // v4 as v4-mapped; where the client's connection came in
  bool trusted = false;
  bool tls = false;
  std::string ip_text;
  std::string forwarded;  // X-Forwarded-For, -Proto and -Port as they are for a client that is not trusted
  std::string tls_version, tls_cipher;  // empty without TLS
  std::string certificate;              // X-Amzn-Mtls-* lines; empty without a client's certificate
};

struct Timings {
  Clock::time_point started;     // the head was complete
  Clock::time_point connected;   // the upstream connection was there
  Clock::time_point first_byte;  // the response head was there
  Clock::time_point ended;
};

// What goes to the upstream in place of what the client sent.
struct Rewritten {
  std::string_view target;  // path and query: as sent if that was canonical and no rule rewrites it
  std::string_view host;    // empty: as sent

  // What the views may lie in; their capacity is kept from request to request.
  std::string path_storage, target_storage, rewrite_storage, host_storage;
};

// Whether a request is copied for a mirror, or is such a copy.
enum class Copied : std::uint8_t { no, to_be, mirror };

struct Exchange {
  // Of the request.
  Downstream* downstream = nullptr;
  const Peer* peer = nullptr;
  SnapshotLease snapshot;  // the one that this exchange began with
  const Listener* listener = nullptr;
  RequestHead request;
  bool has_body = false;
  std::string_view upgrade;  // to which protocol (upgrade.h); empty: none is wanted
  bool expects_continue = false;
  BodyPart first_part;  // what came with the head; the whole body if it says `end`

  // Decided on the way.
  Arrival arrival;
  std::optional<Visitor> visitor;
  const Rule* rule = nullptr;
  const Service* service = nullptr;
  Assignment assignment{};
  Rewritten rewritten;
  const Variant* serving = nullptr;  // whose target it goes to: the assigned one, or stable in its stead
  const Target* target = nullptr;
  Upstream* upstream = nullptr;  // of the attempt that goes on
  Pause* pause = nullptr;        // that it waits in (pause.h)
  std::array<char, 32> own_request_id;
  std::string_view request_id;      // a trusted client's, or our own
  std::array<char, 35> trace_root;  // "1-<epoch>-<id>", our own part of X-Amzn-Trace-Id

  // What came of it.
  ResponseHead response;
  std::uint16_t status = 0;  // as sent to the client; 0: nothing was
  ErrorCode error = ErrorCode::none;
  std::string_view reason;              // more of the error, static text
  std::chrono::seconds retry_after{0};  // the answer tells the client to wait so long; 0: nothing
  bool head_sent = false;
  bool upload_done = true;  // the request's body was read to its end
  std::uint32_t attempts = 0;
  Copied copied = Copied::no;
  std::uint32_t in_flight = 0;  // exchanges of the group, but tunnels, when this one came, itself among them
  Clock::duration patience{};   // of this attempt, for the response's head
  KeptBody kept_body;
  std::uint64_t bytes_in = 0;  // of bodies
  std::uint64_t bytes_out = 0;
  Timings at;

  void clear() noexcept;  // for the next request
  // Ends what is awaited of the target, if anything is: the attempt fails.
  void end_upstream();
  // To a client of HTTP/2 that wants a tunnel, any 2xx says that it stands (RFC 8441 §5): none but the answer
  // that makes it one may have such a status.
  [[nodiscard]] bool would_seem_a_tunnel(std::uint16_t answer) const noexcept {
    return request.version == HttpVersion::http2 && !upgrade.empty() && answer / 100 == 2;
  }
  // Whether the client speaks https, with us or with the trusted proxy that it came through.
  [[nodiscard]] bool is_secure() const noexcept;
  // Keeps only its own listener and service of the revision, for what may live long after it.
  void let_go_of_snapshot();

 private:
  std::shared_ptr<const Listener> kept_listener_;
  std::shared_ptr<const Service> kept_service_;
};

}  // namespace sluice
