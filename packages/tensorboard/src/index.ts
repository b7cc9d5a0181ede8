export { type Listener, type OnLost, openTensorBoard, type TensorBoard } from './open-tensorboard.ts';
