// bundled into stock-gradients.gen.js: tfjs-core registers no gradients in Node, and its registration file is not importable there.
// tfjs-core stays external and comes first, since it owns the flags and the registry the bundled copy writes to.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
