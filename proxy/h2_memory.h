// Where nghttp2 has its memory from: the pool of the worker's thread, since a stream costs a dozen small
// pieces that live as long as it does. With sanitizers it is malloc, which they watch.
#pragma once

#include <nghttp2/nghttp2.h>

namespace sluice {

// Null: nghttp2's own. What it points to lives for ever.
[[nodiscard]] nghttp2_mem* h2_memory() noexcept;

}  // namespace sluice
