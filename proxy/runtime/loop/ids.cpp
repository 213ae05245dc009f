#include "proxy/runtime/loop/ids.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace proxy::runtime {

std::uint64_t SystemIds::next() {
  if (left_ == 0) {
    auto* bytes = reinterpret_cast<char*>(words_.data());
    for (std::size_t have = 0; have < sizeof words_;) {
      const auto count = ::getrandom(bytes + have, sizeof words_ - have, 0);
      if (count < 0 && errno != EINTR)
        throw std::system_error{errno, std::generic_category(), "getrandom"};
      if (count > 0) have += static_cast<std::size_t>(count);
    }
    left_ = words_.size();
  }
  // Erased, so that a later look at the memory does not show what was given out.
  return std::exchange(words_[--left_], 0);
}

}  // namespace proxy::runtime
