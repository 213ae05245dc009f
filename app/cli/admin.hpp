#pragma once
#include <memory>
#include <string>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/core/view/view.hpp"

namespace app::cli {

/// Whoever may write in the data folder: the server when one runs, else this process.
class Admin {
 public:
  virtual ~Admin() = default;
  /// view::Done or view::Refused. Throws Failed when nobody knows what became of the change.
  virtual proxy::view::Answer change(const proxy::Change& change) = 0;

  /// Takes the lock, or finds the server that has it. Throws proxy::store::StoreError, or Failed
  /// when the lock is held and no server answers within 5 s.
  static std::unique_ptr<Admin> open(const proxy::Settings& settings);
};

/// Throws Failed, "subject: why", when the answer is a refusal.
void must(const proxy::view::Answer& answer, const std::string& subject);

}  // namespace app::cli
