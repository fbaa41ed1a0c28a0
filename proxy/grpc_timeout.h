// How long a gRPC call may take, as its client says it (gRPC over HTTP/2, "Timeout").
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sluice {

// A value of grpc-timeout: one to eight digits and a unit, H, M, S, m, u or n. None if it is malformed. What is
// longer than ten years is ten years.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view value) noexcept;

}  // namespace sluice
