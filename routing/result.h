// Errors are values in Sluice: a function that may fail returns Result<what it makes, why not>.
#pragma once

#include <tl/expected.hpp>

namespace sluice {

template <class T, class E>
using Result = tl::expected<T, E>;

template <class E>
[[nodiscard]] tl::unexpected<std::decay_t<E>> failure(E&& error) {
  return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

}  // namespace sluice
